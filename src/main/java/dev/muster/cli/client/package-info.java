/// Speaks HTTP to a Muster server: requests, replies, saved profiles, trusted certificates. Knows no
/// commands; may use `output`, `shell` and `config`.
@NullMarked
package dev.muster.cli.client;

import org.jspecify.annotations.NullMarked;
