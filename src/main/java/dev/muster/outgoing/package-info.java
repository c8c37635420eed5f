/// Connections that the server makes on behalf of a tenant, to URLs that the tenant chose: identity providers,
/// webhooks. This package decides which addresses may be called, and makes sure that no redirect, proxy or second
/// resolution of a name leads elsewhere. Uses only `network` and Apache's HttpClient, which no other package uses.
@NullMarked
package dev.muster.outgoing;

import org.jspecify.annotations.NullMarked;
