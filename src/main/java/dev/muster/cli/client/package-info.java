/// HTTP to a Muster server: requests, replies, profiles with saved keys, and whom to trust. Knows no commands.
@NullMarked
package dev.muster.cli.client;

import org.jspecify.annotations.NullMarked;
