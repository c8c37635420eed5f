package dev.muster.model.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.1.2.3/8, 10.0.0.0/8",
        "192.0.2.7, 192.0.2.7/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "2001:db8::/32, 2001:db8::/32",
        "2001:DB8:0:0:1::5/64, 2001:db8::/64",
        "::1, ::1/128",
        "::/0, ::/0",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1/128",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1/128",
        "fe80::ffff:0:0/96, fe80::ffff:0:0/96",
        "::ffff:10.0.0.1, 10.0.0.1/32"
    })
    void aRangeIsReadAndWrittenInItsShortForm(String text, String expected) {
        assertThat(AddressRange.parse(text).text()).isEqualTo(expected);
        assertThat(AddressRange.parse(expected)).isEqualTo(AddressRange.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10/8",
                "10.1/16",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/+8",
                "10.0.0.0/8/8",
                "example.com",
                "example.com/8",
                "2001:db8::/129",
                "fe80::1%eth0/64",
                "::ffff:10.0.0.0/104",
                "256.0.0.1",
                "10.0.0.0 /8",
                "localhost"
            })
    void anythingElseIsNotARange(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "203.0.113.128/25, 203.0.113.127, false",
        "203.0.113.128/25, 203.0.113.200, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 10.0.0.1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false"
    })
    void anAddressIsInARangeThatItsFirstBitsName(String range, String address, boolean inside) {
        assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(inside);
    }

    /// Of two ranges with prefixes of the same address, the one with the shorter prefix contains the other.
    @Property(tries = 300)
    void aShorterPrefixContainsALongerOne(
            @ForAll @Size(16) byte[] bytes,
            @ForAll @IntRange(max = 128) int one,
            @ForAll @IntRange(max = 128) int other)
            throws Exception {
        String text = InetAddress.getByAddress(bytes).getHostAddress();
        if (text.indexOf(':') < 0) {
            return;
        }
        AddressRange wide = AddressRange.parse(text + "/" + Math.min(one, other));
        AddressRange narrow = AddressRange.parse(text + "/" + Math.max(one, other));
        assertThat(wide.contains(narrow)).isTrue();
        assertThat(narrow.contains(wide)).isEqualTo(one == other);
        assertThat(AddressRange.parse(wide.text())).isEqualTo(wide);
    }
}
