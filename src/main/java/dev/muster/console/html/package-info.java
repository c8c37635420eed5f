/// What the console's pages are put into HTML with: the frame around a page, the parts of the console to go to, errors
/// in
/// words, and how texts that people wrote are shown and compared. It knows no page and reads nothing.
@NullMarked
package dev.muster.console.html;

import org.jspecify.annotations.NullMarked;
