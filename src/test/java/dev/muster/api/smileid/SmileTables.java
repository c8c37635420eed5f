package dev.muster.api.smileid;

import dev.muster.api.DialectTables;
import dev.muster.api.ErrorText;
import dev.muster.api.RefusalSamples;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

public final class SmileTables implements DialectTables {
    /// The job types in the order of the vendor's result codes.
    static final List<Integer> TYPES = List.of(1, 4, 6, 11, 2, 8, 5, 7, 9, 10, 12);

    @Override
    public String page() {
        return "smileid";
    }

    @Override
    public Map<String, Stream<String>> tables() {
        return Map.of(
                "enrollee refusals",
                RefusalSamples.REFUSALS.stream().map(refusal -> row(refusal, EnrolleeErrors.of(refusal))),
                "job refusals",
                Stream.concat(
                        RefusalSamples.REFUSALS.stream().map(refusal -> row(refusal, JobErrors.of(refusal))),
                        Stream.of(row("a bad zip", JobErrors.ofZip("it contains no info.json.")))),
                "faults",
                RefusalSamples.FAULTS.stream()
                        .map(fault -> DialectTables.row(
                                fault,
                                EnrolleeErrors.reply(ErrorText.of(fault)).status(),
                                ErrorText.of(fault).text())),
                "results",
                TYPES.stream().flatMap(type -> Stream.of(Outcome.values()).map(outcome -> row(type, outcome))));
    }

    private static String row(Object what, ErrorText error) {
        return DialectTables.row(
                what,
                error.status(),
                error.text(),
                Objects.requireNonNullElse(error.code(), ""),
                DialectTables.seconds(error.retryAfter()));
    }

    private static String row(int type, Outcome outcome) {
        JobResult result = JobResult.of(new JobType(type), outcome);
        // The table leaves out actions that do not apply.
        String actions = result.actions().entrySet().stream()
                .filter(action -> !action.getValue().equals("Not Applicable"))
                .map(action -> action.getKey() + ": " + action.getValue())
                .collect(Collectors.joining(", "));
        return DialectTables.row(
                Integer.toString(type),
                outcome.wireName(),
                result.code(),
                result.text(),
                result.type(),
                actions,
                outcome == Outcome.PASSED,
                outcome != Outcome.PROVISIONAL);
    }
}
