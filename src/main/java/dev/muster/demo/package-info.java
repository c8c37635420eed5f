/// What `serve --demo` fills an empty register with: a tenant with made-up people in assorted standing, and commands to
/// try on them. It writes through the directory like everybody else, and only `Serve` uses it.
@NullMarked
package dev.muster.demo;

import org.jspecify.annotations.NullMarked;
