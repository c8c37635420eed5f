package dev.muster.outgoing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/// Resolves names for the HTTP client, which connects to the addresses returned here without resolving again. A name
/// that resolves to another address a moment later (DNS rebinding) therefore cannot bypass the rules.
final class CheckedResolver implements DnsResolver {
    private final AddressRules rules;
    private final NameResolver names;

    CheckedResolver(AddressRules rules, NameResolver names) {
        this.rules = rules;
        this.names = names;
    }

    /// Returns those addresses of a name that may be called.
    ///
    /// @throws ForbiddenAddress if the name has addresses, but none of them may be called
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] allowed =
                Stream.of(names.resolve(host)).filter(rules::allows).toArray(InetAddress[]::new);
        if (allowed.length == 0) {
            throw new ForbiddenAddress(host + " has no public address, nor one in " + rules.option());
        }
        return allowed;
    }

    /// Never called, because the HTTP client uses canonical names only for Kerberos.
    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /// Thrown if all addresses of a name are forbidden.
    static final class ForbiddenAddress extends UnknownHostException {
        private static final long serialVersionUID = 1;

        ForbiddenAddress(String message) {
            super(message);
        }
    }
}
