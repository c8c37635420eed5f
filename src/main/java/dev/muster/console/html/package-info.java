/// HTML parts shared by the console's pages: layout, navigation, error messages, and how values are displayed
/// and compared. Knows no page and reads no data; may use `model`.
@NullMarked
package dev.muster.console.html;

import org.jspecify.annotations.NullMarked;
