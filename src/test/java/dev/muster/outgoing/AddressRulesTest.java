package dev.muster.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.network.AddressBlock;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which addresses the server may call on behalf of a tenant.
final class AddressRulesTest {
    private final AddressRules rules = new AddressRules(List.of(AddressBlock.parse("10.7.0.0/16")), "--webhook-allow");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.9.9.9",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.7",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "::ffff:10.0.0.1",
                "::ffff:127.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b::1:0:0:1",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:1ff::1",
                "2001:db8::1",
                "2002:a00:1::1",
                "2002:7f00:1::",
                "3fff::1",
                "4000::1",
                "5f00::1",
                "::10.0.0.1"
            })
    void specialAddressesAreRefused(String address) {
        assertThat(rules.allows(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "100.63.0.1",
                "100.128.0.1",
                "172.15.0.1",
                "172.32.0.1",
                "192.0.1.1",
                "198.17.0.1",
                "198.20.0.1",
                "223.255.255.255",
                "2001:4860:4860::8888",
                "2606:4700::1111",
                "::ffff:1.1.1.1",
                "64:ff9b::808:808",
                "2002:808:808::1",
                "2a00:1450::1"
            })
    void publicAddressesAreAllowed(String address) {
        assertThat(rules.allows(InetAddress.ofLiteral(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.7.0.1", "10.7.255.255", "::ffff:10.7.0.1", "64:ff9b::a07:1", "2002:a07:1::1"})
    void addressesInTheSettingsAreAllowed(String address) {
        assertThat(rules.allows(InetAddress.ofLiteral(address))).isTrue();
    }
}
