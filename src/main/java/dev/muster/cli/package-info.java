/// The command line: each subject's commands in a class of its own, and [Commands], which runs one of them. All but
/// `serve`, `migrate` and the offline check of a journal speak HTTP to a running server; those three are handed in as
/// [LocalTasks]. Uses the rooms below it, the words of `model` and the settings of `config`.
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;
