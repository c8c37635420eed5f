/// Runs the vendors' own clients and samples against Muster over TLS, as separate processes. Their sources are in
/// `src/test/clients`; their dependencies are installed below `target/`. This package also tests clients that are
/// generated from the OpenAPI document, and runs linters on that document.
@org.jspecify.annotations.NullMarked
package dev.muster.clients;
