/// The configuration of a server: settings from options and environment variables, read once into a typed
/// [dev.muster.config.Config], and the folder of its data. Uses the JDK and [dev.muster.network].
@NullMarked
package dev.muster.config;

import org.jspecify.annotations.NullMarked;
