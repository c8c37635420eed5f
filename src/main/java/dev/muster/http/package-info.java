/// HTTP as a dialect sees it: an [dev.muster.http.HttpApi] has routes, and words for what the engine refuses; a handler
/// turns a [dev.muster.http.Request], already decoded and bounded, into a [dev.muster.http.Reply]. Also the strict
/// parsers of queries and forms, and how a listener is configured.
///
/// It knows no domain, none of the headers of writes, and nothing of Helidon, which only [dev.muster.http.engine]
/// sees. It uses [dev.muster.http.json].
@NullMarked
package dev.muster.http;

import org.jspecify.annotations.NullMarked;
