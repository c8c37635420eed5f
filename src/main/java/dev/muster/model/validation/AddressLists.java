package dev.muster.model.validation;

import dev.muster.model.value.AddressRange;
import dev.muster.model.value.AllowedAddresses;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Validates lists of address ranges.
final class AddressLists {
    private AddressLists() {}

    /// Implements [Validator#allowedAddresses].
    ///
    /// @param to the validator that receives the faults
    static @Nullable AllowedAddresses validated(Validator to, String field, List<String> raw) {
        int before = to.faults().size();
        if (raw.isEmpty() || raw.size() > AllowedAddresses.MAX_RANGES) {
            to.fault(
                    field,
                    raw.isEmpty() ? "too_few" : "too_many",
                    "Must be 1 to " + AllowedAddresses.MAX_RANGES + " ranges; leave it out for any address.");
        }
        List<AddressRange> ranges = new ArrayList<>(raw.size());
        for (int i = 0; i < raw.size(); i++) {
            try {
                ranges.add(AddressRange.parse(raw.get(i).strip()));
            } catch (IllegalArgumentException e) {
                to.fault(
                        field + "[" + i + "]",
                        "not_a_range",
                        "Must be a range of addresses such as 10.0.0.0/8 or 2001:db8::/32.");
            }
        }
        return to.faults().size() == before ? new AllowedAddresses(ranges) : null;
    }
}
