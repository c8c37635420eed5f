package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.directory.AdminTasks;
import dev.muster.directory.AllTenants;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Refusal;
import java.util.Locale;

/// Root's administration tasks: backing up the embedded database, and rotating the master key. The tasks are not
/// commands on a realm, so they cannot be previewed.
record MaintenanceRoutes(AdminTasks maintenance, AllTenants tenants) {
    Reply startBackup(RestCall call) {
        refuseDryRun(call);
        call.input().check();
        AdminTasks.Backup backup = unlessRefused(maintenance.startBackup(call.actor()));
        return Reply.json(202, json -> write(json, backup)).with("Location", call.at("/v1/backups/" + backup.id()));
    }

    Reply backup(RestCall call) {
        call.input().check();
        AdminTasks.Backup backup =
                unlessRefused(maintenance.backup(call.actor(), call.request().path("id")));
        return Reply.json(200, json -> write(json, backup));
    }

    Reply rotateMasterKey(RestCall call) {
        refuseDryRun(call);
        call.input().check();
        return reply(unlessRefused(maintenance.rotateMasterKey(call.actor())));
    }

    Reply useMasterKey(RestCall call) {
        refuseDryRun(call);
        call.input().check();
        return reply(
                unlessRefused(tenants.useMasterKey(call.actor(), call.request().path("masterKey"))));
    }

    private static Reply reply(AdminTasks.Rotation rotation) {
        return Reply.json(
                200,
                json -> json.object()
                        .field("masterKey", rotation.masterKey())
                        .field("realmsRewrapped", rotation.realms())
                        .end());
    }

    private static void refuseDryRun(RestCall call) {
        if (call.headers().dryRun()) {
            throw new RefusedException(new Refusal.Invalid("", "no_rehearsal", "Dry runs are not supported here."));
        }
    }

    private static void write(JsonWriter json, AdminTasks.Backup backup) {
        json.object()
                .field("id", backup.id())
                .field("state", backup.state().name().toLowerCase(Locale.ROOT))
                .field("file", backup.file().toAbsolutePath().toString())
                .field("bytes", backup.bytes())
                .field("pages", backup.pages())
                .field("pagesLeft", backup.pagesLeft())
                .fieldIfPresent("problem", backup.problem())
                .end();
    }
}
