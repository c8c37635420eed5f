/// What commands are made of: their inputs, the request that they become, and how the answer is shown, for one thing,
/// a list, or many users at a time. The only package besides the root of the command line that uses picocli.
@NullMarked
package dev.muster.cli.kit;

import org.jspecify.annotations.NullMarked;
