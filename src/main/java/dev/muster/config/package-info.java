/// The configuration of a server: settings from options and environment variables, read once into a typed
/// [dev.muster.config.Config], and the server's data folder. This package uses only the JDK and [dev.muster.network].
@NullMarked
package dev.muster.config;

import org.jspecify.annotations.NullMarked;
