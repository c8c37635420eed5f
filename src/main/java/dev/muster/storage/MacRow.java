package dev.muster.storage;

import org.jspecify.annotations.Nullable;

/// A realm's row with a MAC over its security-relevant fields.
///
/// @param <R> the row itself
public sealed interface MacRow<R>
        permits CredentialTables.KeyRow,
                CredentialTables.OperatorRow,
                SsoRow,
                SessionRow,
                CredentialTables.TokenFamilyRow,
                PasskeyTables.PasskeyRow,
                PasskeyTables.PolicyRow,
                RealmTables.QuotaRow,
                ApprovalTables.ApprovalRow,
                ApprovalTables.RulesRow,
                WebhookTables.WebhookRow {
    long realm();

    /// The MAC; null if the row has none yet or is invalid.
    byte @Nullable [] mac();

    /// Returns a copy with this MAC.
    R withMac(byte[] mac);
}
