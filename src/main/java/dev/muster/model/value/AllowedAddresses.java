package dev.muster.model.value;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The addresses from which an API key may be used.
///
/// @param ranges 1 to [#MAX_RANGES] distinct ranges, in the order given
public record AllowedAddresses(List<AddressRange> ranges) {
    /// The maximum number of ranges.
    public static final int MAX_RANGES = 50;

    public AllowedAddresses {
        ranges = ranges.stream().distinct().toList();
        if (ranges.isEmpty() || ranges.size() > MAX_RANGES) {
            throw new IllegalArgumentException("has " + ranges.size() + " ranges");
        }
    }

    /// Parses the output of [#text].
    ///
    /// @throws IllegalArgumentException for any other text
    public static AllowedAddresses parse(String text) {
        return new AllowedAddresses(
                Arrays.stream(text.split(" ")).map(AddressRange::parse).toList());
    }

    /// The ranges in CIDR notation, separated by spaces.
    public String text() {
        return String.join(" ", texts());
    }

    /// The ranges in CIDR notation.
    public List<String> texts() {
        return ranges.stream().map(AddressRange::text).collect(Collectors.toList());
    }

    public boolean contains(InetAddress address) {
        for (AddressRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /// Whether each of these ranges is within one of `other`.
    public boolean isWithin(AllowedAddresses other) {
        return ranges.stream().allMatch(range -> other.ranges.stream().anyMatch(outer -> outer.contains(range)));
    }
}
