/// The command line. All commands but `serve`, `migrate` and the offline check of a journal speak HTTP to a running
/// server; those three are handed in as functions.
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;
