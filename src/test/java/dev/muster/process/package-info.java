/// End-to-end tests. Most of them start Muster as a process, use it over real sockets, and stop or kill it. The others
/// test what must hold for every route.
@org.jspecify.annotations.NullMarked
package dev.muster.process;
