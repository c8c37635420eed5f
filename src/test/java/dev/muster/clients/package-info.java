/// The vendors' own clients and samples against Muster over TLS, run as the processes that their users run. They are
/// in src/test/clients; what they need is installed below target/. Also clients that are generated from the OpenAPI
/// document, and the linters of that document.
@org.jspecify.annotations.NullMarked
package dev.muster.clients;
