/// Makes untrusted text safe to show on terminals and, as CSV, in spreadsheets. This package uses only `model`.
@NullMarked
package dev.muster.text;

import org.jspecify.annotations.NullMarked;
