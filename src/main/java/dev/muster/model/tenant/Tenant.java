package dev.muster.model.tenant;

import java.time.Instant;
import java.util.UUID;

/// A business partner or organisation, with one realm in each environment.
///
/// @param partnerId its public name on the wire, which is unique: 1 to 64 letters, digits, `_` and `-`
public record Tenant(UUID id, String partnerId, String name, long testRealm, long productionRealm, Instant createdAt) {
    /// The number of this tenant's realm in `environment`.
    public long realm(Environment environment) {
        return switch (environment) {
            case TEST -> testRealm;
            case PRODUCTION -> productionRealm;
        };
    }
}
