package dev.muster.model.credential;

import dev.muster.model.value.Changes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Determines which operators of a realm must use a passkey to sign in. It does not apply to operators who sign in
/// through an identity provider.
///
/// @param requiredFor the roles whose operators must use one
public record PasskeyPolicy(Set<Role> requiredFor) {
    /// Passkeys are optional for all operators.
    public static final PasskeyPolicy NONE = new PasskeyPolicy(Set.of());

    /// Passkeys are required for all operators. This is used if the stored policy cannot be trusted.
    public static final PasskeyPolicy ALL = new PasskeyPolicy(Set.of(Role.values()));

    public PasskeyPolicy {
        requiredFor = Set.copyOf(requiredFor);
    }

    /// Whether this operator must use a passkey.
    public boolean concerns(Operator operator) {
        return operator.identity() == null && requiredFor.contains(operator.role());
    }

    /// The wire names of the roles, in a fixed order.
    public List<String> words() {
        return Arrays.stream(Role.values())
                .filter(requiredFor::contains)
                .map(Role::wireName)
                .toList();
    }

    /// What the journal records when `after` replaces `before`.
    public static Changes diff(PasskeyPolicy before, PasskeyPolicy after) {
        return Changes.between(Map.of("requiredFor", before.words()), Map.of("requiredFor", after.words()));
    }
}
