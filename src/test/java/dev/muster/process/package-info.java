/// Tests of Muster as its users have it: a process that is started, asked over real sockets, told to stop and killed;
/// and of what has to hold over every route at once.
@org.jspecify.annotations.NullMarked
package dev.muster.process;
