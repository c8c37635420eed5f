/// Connections that the server makes on behalf of a tenant, to URLs that the tenant chose: identity providers, webhooks
/// and callbacks. This package decides which addresses may be called, and makes sure that redirects, proxies or a
/// second resolution of the name cannot lead to other addresses. It uses only `network` and Apache's HttpClient, which
/// no other package uses.
@NullMarked
package dev.muster.outgoing;

import org.jspecify.annotations.NullMarked;
