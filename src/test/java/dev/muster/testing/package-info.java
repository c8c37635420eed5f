/// Helpers shared by the tests of several packages.
@org.jspecify.annotations.NullMarked
package dev.muster.testing;
