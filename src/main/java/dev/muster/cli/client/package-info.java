/// HTTP to a Muster server: requests, replies, saved profiles, trusted certificates. Knows no commands.
@NullMarked
package dev.muster.cli.client;

import org.jspecify.annotations.NullMarked;
