package dev.muster.storage;

import org.jspecify.annotations.Nullable;

/// A row of one realm with a MAC over what it authorises.
///
/// @param <R> the row itself
public sealed interface MacRow<R>
        permits CredentialTables.KeyRow,
                CredentialTables.OperatorRow,
                CredentialTables.SessionRow,
                CredentialTables.TokenFamilyRow,
                RealmTables.QuotaRow,
                ApprovalTables.ApprovalRow,
                ApprovalTables.RulesRow {
    long realm();

    /// Null in a row that has none yet.
    byte @Nullable [] mac();

    /// The same row with this MAC.
    R withMac(byte[] mac);
}
