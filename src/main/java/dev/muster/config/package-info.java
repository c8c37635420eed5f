/// How a server is told to run: the options of `serve`, each with its environment variable, read once into one typed
/// [dev.muster.config.Config] in which every limit has its name and unit.
@NullMarked
package dev.muster.config;

import org.jspecify.annotations.NullMarked;
