/// The vendors' own clients and samples against Muster over TLS, run as the processes that their users run. They are
/// in src/test/clients; what they need is installed below target/.
@org.jspecify.annotations.NullMarked
package dev.muster.clients;
