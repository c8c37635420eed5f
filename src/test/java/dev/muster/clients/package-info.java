/// The vendors' own clients and samples against Muster over TLS, run as separate processes. They are in
/// src/test/clients; their dependencies are installed below target/. Also clients generated from the
/// OpenAPI document, and linters of that document.
@org.jspecify.annotations.NullMarked
package dev.muster.clients;
