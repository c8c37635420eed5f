package dev.muster;

import dev.muster.cli.LocalTasks.CellLine;
import dev.muster.cli.LocalTasks.Finding;
import dev.muster.cli.LocalTasks.Finding.Severity;
import dev.muster.cli.LocalTasks.FirstCell;
import dev.muster.cli.shell.CommandException;
import dev.muster.config.Config;
import dev.muster.directory.cells.CellDirectory;
import dev.muster.model.tenant.CellState;
import dev.muster.storage.Database;
import dev.muster.storage.DatabaseExamination;
import dev.muster.storage.engine.DatabaseFinding;
import dev.muster.storage.sql.StorageException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// Examines the database of an installation and those of its cells, for the command `muster doctor`.
final class Doctor {
    private final InstantSource clock;
    private final List<Finding> findings = new ArrayList<>();

    private Doctor(InstantSource clock) {
        this.clock = clock;
    }

    /// Examines the databases without changing them.
    static List<Finding> examine(Config config, InstantSource clock) {
        // The drivers' own messages would be mixed with the findings.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        Doctor doctor = new Doctor(clock);
        switch (config.storage()) {
            case Config.Storage.Sqlite(var folder) -> doctor.add("", DatabaseExamination.sqlite(folder));
            case Config.Storage.Postgres(var url, var readers) -> {
                doctor.add(
                        "", DatabaseExamination.postgres(url.text(), readers == null ? null : readers.text(), clock));
                if (config.standby() != null) {
                    doctor.add(
                            "",
                            DatabaseExamination.standby(
                                    url.text(), config.standby().text()));
                }
                doctor.cells(new FirstCell(url, config.masterKeyFile()));
            }
        }
        return doctor.findings;
    }

    private void add(String about, List<DatabaseFinding> found) {
        for (DatabaseFinding finding : found) {
            Severity severity = switch (finding.result()) {
                case GOOD -> Severity.OK;
                case DOUBTFUL -> Severity.WARNING;
                case BAD -> Severity.WRONG;
            };
            findings.add(new Finding(severity, about + finding.text()));
        }
    }

    private void cells(FirstCell first) {
        if (!hasCells(first)) {
            return;
        }
        List<CellTasks.Cell> cells;
        try {
            cells = CellTasks.all(first);
        } catch (CommandException e) {
            findings.add(new Finding(Severity.WRONG, "the cells were not examined: " + e.getMessage()));
            return;
        }
        if (cells.stream().noneMatch(cell -> cell.line().state().equals(CellState.OPEN.wireName()))) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "no cell is open, so no tenant can be created: muster cell create, or reopen one"));
        }
        cells.forEach(this::cell);
    }

    /// Whether there are cells. False if the database cannot be used, which has been reported already.
    private static boolean hasCells(FirstCell first) {
        try (Database database = Database.existingPostgres(first.url().text())) {
            return !database.read(reads -> reads.cells().cells()).isEmpty();
        } catch (StorageException e) {
            return false;
        }
    }

    private void cell(CellTasks.Cell cell) {
        CellLine line = cell.line();
        String about = "cell " + line.name() + ": ";
        findings.add(new Finding(Severity.OK, about + line.state() + ", " + line.tenants() + " tenants"));
        @Nullable String url = cell.url();
        if (line.name().equals(CellDirectory.FIRST)) {
            return;
        }
        if (url == null) {
            findings.add(new Finding(
                    Severity.WRONG,
                    about + "its stored URL was altered: set it with muster cell set-url " + line.name()));
        } else {
            add(about, DatabaseExamination.cell(line.name(), url, clock));
        }
    }
}
