package dev.muster.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CsvTest {
    @Test
    void aFormulaIsShownRatherThanComputed() {
        for (String formula :
                new String[] {"=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "＝1+1", "＋1", "－1", "＠x", "\t=1", "\r=1", "\n=1"
                }) {
            assertThat(Csv.cell(formula).replace("\"", "")).as(formula).startsWith("'");
        }
        assertThat(Csv.cell("=HYPERLINK(\"http://x\",\"y\")")).isEqualTo("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
    }

    @Test
    void separatorsAreQuoted() {
        assertThat(Csv.cell("Lee, Ann")).isEqualTo("\"Lee, Ann\"");
        assertThat(Csv.cell("a;b")).isEqualTo("\"a;b\"");
        assertThat(Csv.cell("say \"hi\"")).isEqualTo("\"say \"\"hi\"\"\"");
        assertThat(Csv.cell(" padded ")).isEqualTo("\" padded \"");
        assertThat(Csv.cell("ann@example.org")).isEqualTo("ann@example.org");
        assertThat(Csv.cell("")).isEmpty();
    }

    /// A record takes exactly one line, whatever its values contain.
    @Test
    void aRecordIsOneLine() {
        assertThat(Csv.cell("a\nb\u2028c\u001b[2J")).isEqualTo("a b⟨U+2028⟩c\uFFFD[2J");
    }
}
