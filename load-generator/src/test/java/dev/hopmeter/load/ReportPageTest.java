package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.CdcLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportPageTest {

    /** What would do harm if a page took it for anything but text. */
    static final String UNFRIENDLY = "</script><img src=x onerror=\"evil=1\"><!-- '\" \\ &amp; \u2028";

    private static final Pattern CONTENT =
            Pattern.compile("<script type=\"application/json\" id=\"content\">\n(.*?)\n</script>", Pattern.DOTALL);

    @TempDir
    private Path folder;

    /** Of two workloads, with a trial that failed, and a ladder; all of its trials' texts are unfriendly. */
    static Study study(Path folder) throws IOException {
        StudyPlan plan = plan();
        Files.writeString(folder.resolve(Study.ladderFile(Workload.FRESHNESS)), SummaryJson.write(ladder()));
        Map<String, Long> medians = Map.of("shipped", 480_000_000L, "strong", 8_000_000L, "quorum", 11_000_000L);
        return MadeUp.study(plan, folder, (request, planned) -> {
            SplittableRandom random = new SplittableRandom(planned.folder().hashCode());
            double own = medians.getOrDefault(planned.arm().arm(), 1L) * Math.exp(0.05 * random.nextGaussian());
            TrialResult trial =
                    MadeUp.lifelike(request.plan(), event -> Math.round(own * Math.exp(0.3 * random.nextGaussian())));
            boolean fails = planned.folder().equals("freshness-unified-quorum-2");
            return MadeUp.wholeReport(request, trial, UNFRIENDLY, fails ? List.of(UNFRIENDLY) : List.of());
        });
    }

    /** The same once more, of what is in that folder now. */
    static Study told(Path folder) throws IOException {
        return Study.of(plan(), folder);
    }

    private static StudyPlan plan() {
        StudyArm strong = StudyArm.of("conventional/strong");
        return new StudyPlan(
                List.of(Workload.FRESHNESS, Workload.POINT_QUERY),
                List.of(StudyArm.of("conventional/shipped"), strong, StudyArm.of("unified"), strong.copy()),
                3,
                100,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                1,
                true);
    }

    /** As {@code ladder.json} has it: each knob halves what was left. */
    static Map<String, Object> ladder() {
        List<Ladder.Rung> rungs = Ladder.between(
                        Arm.of("shipped"), Arm.of("strong"), Workload.FRESHNESS, CdcLayout.ENGINE)
                .rungs();
        List<LadderTable.Climbed> climbed = new ArrayList<>();
        for (int rung = 0; rung < rungs.size(); rung++) {
            long longest = 480_000_000L >> rung;
            climbed.add(new LadderTable.Climbed(rungs.get(rung), List.of(even(longest), even(longest * 9 / 10)), rung));
        }
        Map<String, Object> ladder = new LinkedHashMap<>();
        ladder.put("workload", Workload.FRESHNESS.word());
        ladder.put("from", "shipped");
        ladder.put("to", "strong");
        ladder.put("trials", 2);
        ladder.put("tried", 2 * rungs.size());
        ladder.put("ratePerSecond", 100);
        ladder.put("durationNanos", 10_000_000_000L);
        ladder.put("seed", 1);
        ladder.put("apart", List.of());
        ladder.put(
                "measures",
                List.of(LadderTable.of("from intended send to delivery", climbed, 1)
                        .json()));
        return ladder;
    }

    /** A thousand lengths, evenly up to that one. */
    private static Series even(long longest) {
        Series series = new Series();
        LongStream.rangeClosed(1, 1_000).forEach(each -> series.record(longest * each / 1_000));
        return series;
    }

    @Test
    void aStudysPageHoldsAllThatItsJsonHolds() throws IOException {
        Study study = study(folder);
        JsonNode content = content(ReportPage.of(study));
        assertThat(content.path("kind").asString()).isEqualTo("study");
        assertThat(content.path("study")).isEqualTo(JsonMapper.shared().readTree(StudyJson.of(study)));
        assertThat(content.at("/study/workloads/0/arms/2/failedTrials").asInt()).isOne();
        assertThat(content.at("/study/ladders/0/measures/0/rungs")).isNotEmpty();
    }

    @Test
    void aPageNeedsNothingButItself() throws IOException {
        String page = ReportPage.of(study(folder));
        assertThat(page).doesNotContain("@@").contains("echarts").contains("<noscript>");
        String ours = CONTENT.matcher(page.substring(0, page.indexOf("Apache Software Foundation")))
                .replaceAll("");
        List<String> loads = Pattern.compile("(?:src|href)\\s*=\\s*[\"']([^\"']*)[\"']|url\\(|@import")
                .matcher(ours)
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(loads).containsExactlyInAnyOrder("href=\"data:,\"", "href=\"#main\"", "href=\"report.md\"");
        assertThat(page).contains("default-src 'none'");
    }

    @Test
    void whatAPageNamesToThoseWithoutItsScriptIsWhatLiesBesideIt() throws IOException {
        assertThat(ReportPage.of(study(folder))).contains("\"report.md\">report.md</a>");
        assertThat(ReportPage.ofTrial(folder.resolve("freshness-unified-quorum-1")))
                .contains("\"report.md\">report.md</a>");
        assertThat(ReportPage.ofTrial(folder.resolve("freshness-unified-quorum-2")))
                .contains("\"report.FAIL.md\">report.FAIL.md</a>");
        assertThat(ReportPage.ofLadder(ladder())).contains("\"ladder.txt\">ladder.txt</a>");
    }

    @Test
    void noTextEndsTheElementThatHoldsIt() throws IOException {
        String page = ReportPage.of(study(folder));
        assertThat(CONTENT.matcher(page).results().map(each -> each.group(1)))
                .singleElement()
                .asString()
                .doesNotContain("<");
        assertThat(Pattern.compile("</script>").matcher(page).results()).hasSize(4);
        assertThat(content(page)
                        .at("/study/workloads/0/arms/0/settings/producer.linger.ms")
                        .asString())
                .isEqualTo(UNFRIENDLY);
    }

    @Test
    void aTrialsPageHoldsItsSummaryAndItsFiguresEvenIfItIsNotValid() throws IOException {
        study(folder);
        Path failed = folder.resolve("freshness-unified-quorum-2");
        JsonNode trial = content(ReportPage.ofTrial(failed)).path("trial");
        JsonNode summary = RecordedTrial.read(failed).summary();
        assertThat(trial.path("summary")).isEqualTo(summary);
        JsonNode arm = trial.at("/workloads/0/arms/0");
        assertThat(arm.path("validTrials").asInt()).isZero();
        assertThat(arm.path("failedTrials").asInt()).isOne();
        assertThat(arm.at("/p50/nanos").asLong())
                .isEqualTo(summary.at("/total/p50Nanos").asLong());
        assertThat(arm.at("/p50/fromNanos").isNull()).isTrue();
        assertThat(arm.path("curve")).isNotEmpty();
    }

    @Test
    void answersOfLikeLatencyAreAddedUpOverTheTrials() throws IOException {
        JsonNode stale = content(ReportPage.of(study(folder))).at("/study/workloads/1/arms/0/staleness");
        assertThat(stale.valueStream().map(each -> each.path("answers").asInt()))
                .containsExactly(600, 300);
        assertThat(stale.at("/0/meanAgeNanos").asLong()).isEqualTo(5_000_000);
        assertThat(stale.at("/0/missing").asInt()).isEqualTo(3);
    }

    static JsonNode content(String page) {
        return JsonMapper.shared()
                .readTree(CONTENT.matcher(page)
                        .results()
                        .map(each -> each.group(1))
                        .findFirst()
                        .orElseThrow());
    }
}
