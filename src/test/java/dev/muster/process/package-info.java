/// Tests of Muster as its users run it: a process that is started, used over real sockets, stopped and
/// killed; and tests of what must hold for every route.
@org.jspecify.annotations.NullMarked
package dev.muster.process;
