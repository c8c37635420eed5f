/// HTTP to a Muster server: requests, replies, saved profiles, trusted certificates. Independent of commands.
@NullMarked
package dev.muster.cli.client;

import org.jspecify.annotations.NullMarked;
