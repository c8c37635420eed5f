/// HTML parts shared by the console's pages: layout, navigation, error messages, and how values are displayed and
/// compared. This package does not depend on any page and reads no data. It may use `model`.
@NullMarked
package dev.muster.console.html;

import org.jspecify.annotations.NullMarked;
