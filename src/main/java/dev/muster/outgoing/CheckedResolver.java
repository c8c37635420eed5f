package dev.muster.outgoing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/// Resolves names for the HTTP client, which connects to the addresses returned here and resolves nothing again. So
/// a name that leads elsewhere a moment later (DNS rebinding) does not get around the rules.
final class CheckedResolver implements DnsResolver {
    private final AddressRules rules;
    private final Names names;

    CheckedResolver(AddressRules rules, Names names) {
        this.rules = rules;
        this.names = names;
    }

    /// The addresses of a name, without those that may not be called.
    ///
    /// @throws ForbiddenAddress if none is left
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] allowed =
                Stream.of(names.resolve(host)).filter(rules::allows).toArray(InetAddress[]::new);
        if (allowed.length == 0) {
            throw new ForbiddenAddress(host + " has no public address, nor one in " + rules.option());
        }
        return allowed;
    }

    /// Not called: aliases are used only for Kerberos.
    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /// A name leads only to addresses that may not be called.
    static final class ForbiddenAddress extends UnknownHostException {
        private static final long serialVersionUID = 1;

        ForbiddenAddress(String message) {
            super(message);
        }
    }
}
