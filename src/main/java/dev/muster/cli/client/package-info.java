/// An HTTP client for a Muster server, with requests, replies, saved profiles and trusted certificates. The package is
/// independent of individual commands. It may use `output`, `shell` and `config`.
@NullMarked
package dev.muster.cli.client;

import org.jspecify.annotations.NullMarked;
