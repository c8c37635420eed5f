package dev.muster;

import dev.muster.directory.Core;
import dev.muster.directory.delivery.Courier;
import dev.muster.directory.keys.ReadClock;
import dev.muster.network.AddressBlock;
import dev.muster.outgoing.AddressRules;
import dev.muster.outgoing.CallableUrls;
import dev.muster.outgoing.OutgoingHttp;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;

/// Configurations for calling the webhooks of a server started by a test.
public final class TestOutgoing {
    private TestOutgoing() {}

    /// Returns a configuration that calls no webhooks, so their state does not change. It accepts only public https
    /// URLs.
    public static Core.Outgoing none() {
        AddressRules rules = new AddressRules(List.of(), "--webhook-allow");
        OutgoingHttp http = new OutgoingHttp(rules, tls(), host -> {
            throw new UnknownHostException(host);
        });
        return new Core.Outgoing(new CallableUrls(rules, false), http, false);
    }

    /// Returns a configuration that calls webhooks on this machine, including over plain http.
    public static Core.Outgoing local() {
        AddressRules rules = new AddressRules(List.of(AddressBlock.parse("127.0.0.0/8")), "--webhook-allow");
        return new Core.Outgoing(
                new CallableUrls(rules, true), new OutgoingHttp(rules, tls(), InetAddress::getAllByName), true);
    }

    /// Returns a courier that posts over the connections of `http`, separate from those of webhooks, including over
    /// plain http.
    public static Courier courier(OutgoingHttp http) {
        return new Courier(http, new CallableUrls(http.rules(), true), new ReadClock(InstantSource.system()));
    }

    private static SSLSocketFactory tls() {
        return (SSLSocketFactory) SSLSocketFactory.getDefault();
    }
}
