/// Untrusted text made safe to show: for terminals, and for spreadsheets as CSV. Uses `model` only.
@NullMarked
package dev.muster.text;

import org.jspecify.annotations.NullMarked;
