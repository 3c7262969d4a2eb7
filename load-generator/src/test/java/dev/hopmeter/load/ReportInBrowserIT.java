package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogEntry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reports in Chromium, from files, as readers open them. */
@Tag("browser")
class ReportInBrowserIT {

    @TempDir
    private Path folder;

    private WebDriver browser;

    @BeforeEach
    void open() throws IOException {
        browser = Browser.open(folder);
    }

    @AfterEach
    void close() {
        browser.quit();
    }

    @Test
    void aStudysReportShowsItsNumbersAndDrawsEveryChart() throws IOException {
        Study study = ReportPageTest.study(folder);
        JsonNode json = JsonMapper.shared().readTree(StudyJson.of(study));
        show(ReportPage.of(study));
        for (int width : new int[] {1300, 390}) {
            for (String colours : List.of("light", "dark")) {
                Browser.look(browser, width, colours);
                assertThat(charts()).as("%s px, %s", width, colours).hasSize(9);
                everyChartIsDrawn();
                nothingIsWiderThanThePage(width);
            }
        }
        List<String> claims = new ArrayList<>();
        json.path("claims")
                .forEach(claim -> claim.path("ours")
                        .forEach(ours -> claims.add(interval(ours.at("/p50/ratio"), "value", "", 1))));
        assertThat(rows("claims-table"))
                .extracting(row -> cells(row).get(2))
                .containsExactlyInAnyOrderElementsOf(claims);
        assertThat(rows("claims-table"))
                .first()
                .extracting(row -> cells(row).get(8))
                .isEqualTo("conventional/strong");
        List<String> cards = browser.findElements(By.cssSelector(".answers li")).stream()
                .map(WebElement::getText)
                .toList();
        assertThat(cards).hasSize(4);
        assertThat(cards.getFirst()).contains("as fast: conventional/strong wins against unified/quorum");
        assertThat(rows("l-freshness-0-rungs"))
                .hasSize(json.at("/ladders/0/measures/0/rungs").size());
        assertThat(browser.findElement(By.id("failures")).getText())
                .contains(
                        "freshness on unified/quorum: 1 of 3 trials failed", ReportPageTest.UNFRIENDLY.substring(0, 9));
        assertThat(browser.findElement(By.id("losses")).getText())
                .contains("wins by a 95 % interval: at p50 ", "freshness, conventional/strong by unified/quorum, ");
        assertThat(browser.findElements(By.id("several"))).isEmpty();
        assertThat(browser.findElement(By.id("lead")).getText())
                .startsWith("3 trials of each arm on each workload, each on a stack started anew");
        assertThat(browser.findElement(By.id("w-freshness--waterfall")).getText())
                .contains("of their own trial, pooled over the trials.");
        assertThat(browser.findElement(By.id("w-freshness--curve")).getText()).contains("beyond p90 1 000");
        assertThat(browser.findElement(By.id("w-freshness-arms")).getText())
                .containsIgnoringCase("over floor (first trial)");
        assertThat(script("return typeof evil")).isEqualTo("undefined");
        assertThat(browser.findElements(By.tagName("img"))).isEmpty();
        assertThat(complaints()).isEmpty();
    }

    @Test
    void theTablesOfAStudyHaveTheFiguresOfItsJson() throws IOException {
        ReportPageTest.study(folder);
        Path summary = folder.resolve("freshness-conventional-strong-1/summary.json");
        Files.writeString(
                summary,
                Files.readString(summary)
                        .replaceFirst("\"lost\" *: *0", "\"lost\": 3")
                        .replaceFirst("\"duplicate\" *: *0", "\"duplicate\": 1234"));
        Study manyEvents = LossesTest.study(StudyArm.of("conventional/strong"), StudyArm.of("unified"));
        for (Study study : List.of(ReportPageTest.told(folder), manyEvents)) {
            show(ReportPage.of(study));
            for (JsonNode workload :
                    JsonMapper.shared().readTree(StudyJson.of(study)).path("workloads")) {
                String key = "w-" + workload.path("workload").asString();
                assertThat(table(key + "-arms"))
                        .extracting(cells -> cells.subList(0, 10))
                        .containsExactlyElementsOf(made(workload.path("arms"), ReportInBrowserIT::arm));
                assertThat(table(key + "-differences"))
                        .containsExactlyInAnyOrderElementsOf(
                                made(workload.path("comparisons"), ReportInBrowserIT::differences));
                assertThat(table(key + "-counts"))
                        .containsExactlyElementsOf(made(workload.path("arms"), ReportInBrowserIT::counts));
                for (int i = 0; i < workload.path("arms").size(); i++) {
                    int column = 1 + 2 * i;
                    assertThat(table(key + "-hops"))
                            .extracting(cells -> List.of(cells.getFirst(), cells.get(column), cells.get(column + 1)))
                            .filteredOn(cells -> !cells.getLast().isEmpty())
                            .containsExactlyInAnyOrderElementsOf(
                                    made(workload.path("arms").get(i).path("hops"), ReportInBrowserIT::hop));
                }
            }
            assertThat(browser.findElements(By.cssSelector("tbody tr > :first-child:not(th[scope=row])")))
                    .isEmpty();
            assertThat(complaints()).isEmpty();
        }
    }

    @Test
    void whereNoTwoArmsAreEquallyDurableThePageSaysWhatItsTextSays() throws IOException {
        Study study = ReportPageTest.study(folder);
        show(ReportPage.of(study));
        String said = browser.findElement(By.id("unequal")).getText();
        assertThat(said).startsWith("No two arms here are equally durable");
        assertThat(StudyText.markdown(study)).contains("\n" + said + "\n");

        script("CONTENT.study.claims[0].ours[0].equalDurability = true; show(); return 1");
        assertThat(browser.findElements(By.id("unequal"))).isEmpty();
        assertThat(complaints()).isEmpty();
    }

    /** As they lie in the project, whatever this version of the page would make of them. */
    @Test
    void everyPublishedReportOpensAndDrawsItsCharts() throws IOException {
        try (Stream<Path> studies = Files.list(Path.of("..", "docs", "results"))) {
            List<Path> reports = studies.map(study -> study.resolve("report.html"))
                    .filter(Files::exists)
                    .toList();
            assertThat(reports).isNotEmpty();
            for (Path report : reports) {
                browser.get(report.toAbsolutePath().normalize().toUri().toString());
                assertThat(charts()).as("%s", report).isNotEmpty();
                everyChartIsDrawn();
                assertThat(complaints()).as("%s", report).isEmpty();
            }
        }
    }

    @Test
    void aStudyOfTwoBuildsSaysSoInRed() throws IOException {
        ReportPageTest.study(folder);
        Files.writeString(
                folder.resolve("freshness-unified-quorum-1/environment.json"), "{\"cores\": 4, \"commit\": \"abc\"}");
        show(ReportPage.of(ReportPageTest.told(folder)));

        assertThat(browser.findElement(By.id("several")).getText())
                .contains("commit unknown and abc", "cpu made up and unknown", "cores 2 and 4");
        assertThat(browser.findElement(By.id("environment")).getText()).contains("2 and 4", "unknown and abc");
        assertThat(complaints()).isEmpty();
    }

    @Test
    void noTwoHopsOfAWorkloadShareAColourAndGreyIsTheSlipsAlone() throws IOException {
        show(ReportPage.of(ofAllBackends()));
        assertThat(browser.findElement(By.id("lead")).getText()).startsWith("2 trials of each arm, each on a stack");
        List<WebElement> places = browser.findElements(By.cssSelector("#w-freshness--waterfall .legend .place"));
        assertThat(places).hasSize(hops(Workload.FRESHNESS).size()).hasSizeGreaterThan(10);
        assertThat(places)
                .extracting(place -> place.getCssValue("background-color"))
                .startsWith("rgba(153, 153, 153, 1)")
                .doesNotHaveDuplicates();
        for (WebElement place : places) {
            assertThat(contrast(place)).as("%s", place.getText()).isGreaterThanOrEqualTo(4.5);
        }
        assertThat(barColours())
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSameSizeAs(places)
                .startsWith("#999999")
                .doesNotHaveDuplicates();
        for (Workload workload : Workload.values()) {
            int hops = hops(workload).size();
            assertThat(script("return new Set([...Array(" + hops + ").keys()].map(hopColour)).size"))
                    .as("%s", workload)
                    .isEqualTo((long) hops);
        }
        assertThat(complaints()).isEmpty();
    }

    @Test
    void sevenArmsAreToldApartByColourLineAndMark() throws IOException {
        show(ReportPage.of(ReportPageTest.study(folder)));
        for (String colours : List.of("light", "dark")) {
            Browser.look(browser, 1300, colours);
            script("return document.body.append(armLegend([...Array(7).keys()].map(i => ({ arm: 'seventh ' + i }))))"
                    + " ?? 0");
            List<WebElement> lines = browser.findElements(By.cssSelector("body > .legend line"));
            List<WebElement> marks = browser.findElements(By.cssSelector("body > .legend line + *"));
            String ground = browser.findElement(By.tagName("body")).getCssValue("background-color");
            assertThat(lines)
                    .hasSize(7)
                    .extracting(line -> line.getCssValue("stroke"))
                    .doesNotHaveDuplicates()
                    .allSatisfy(colour -> assertThat(Browser.contrast(colour, ground))
                            .as("%s, %s", colours, colour)
                            .isGreaterThanOrEqualTo(3));
            assertThat(lines)
                    .extracting(line -> line.getDomAttribute("stroke-dasharray"))
                    .doesNotHaveDuplicates();
            assertThat(marks)
                    .hasSize(7)
                    .extracting(mark -> mark.getTagName() + mark.getDomAttribute("d"))
                    .doesNotHaveDuplicates();
        }
        assertThat(overTime(".filter(each => each.name.endsWith(', p90')).map(each => each.symbol)"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .as("the p90s' marks over time, of which one is a copy's")
                .containsExactly("circle", "rect", "triangle", "emptyrect");
        assertThat(overTime(".every(each => each.showSymbol && each.symbolSize > 0)"))
                .isEqualTo(true);
        assertThat(complaints()).isEmpty();
    }

    @Test
    void aReportIsUsedByKeyboard() throws IOException {
        show(ReportPage.of(ReportPageTest.study(folder)));
        WebElement body = browser.findElement(By.tagName("body"));
        body.sendKeys(Keys.TAB);
        assertThat(browser.switchTo().activeElement().getText()).isEqualTo("Skip to the results");
        browser.switchTo().activeElement().sendKeys(Keys.ENTER);
        assertThat(browser.switchTo().activeElement().getDomAttribute("id")).isEqualTo("main");

        WebElement lengths = browser.findElement(By.cssSelector("#w-freshness--waterfall button"));
        Object before = bars();
        assertThat(lengths.getDomAttribute("aria-pressed")).isEqualTo("false");
        lengths.sendKeys(Keys.SPACE);
        assertThat(lengths.getDomAttribute("aria-pressed")).isEqualTo("true");
        assertThat(bars()).isNotEqualTo(before);
        assertThat(Browser.isOutlined(lengths)).isTrue();

        WebElement table = browser.findElement(By.cssSelector("#w-freshness--waterfall details"));
        table.findElement(By.tagName("summary")).sendKeys(Keys.ENTER);
        assertThat(rows("w-freshness-hops").getFirst().isDisplayed()).isTrue();
        assertThat(complaints()).isEmpty();
    }

    @Test
    void aTrialsReportShowsItsSummaryAndThatItIsNotValid() throws IOException {
        ReportPageTest.study(folder);
        Path failed = folder.resolve("freshness-unified-quorum-2");
        show(ReportPage.ofTrial(failed));
        Browser.look(browser, 390, "dark");
        nothingIsWiderThanThePage(390);
        Browser.look(browser, 1300, "light");
        assertThat(charts()).hasSize(3);
        everyChartIsDrawn();
        assertThat(browser.findElement(By.id("state")).getText()).isEqualTo("NOT VALID");
        WebElement banner = browser.findElement(By.id("failures"));
        assertThat(banner.getText()).contains("not valid").contains("onerror=\"evil=1\"");
        assertThat(banner.getCssValue("color")).isEqualTo("rgba(164, 0, 0, 1)");
        JsonNode summary = RecordedTrial.read(failed).summary();
        List<WebElement> rows = rows("w-freshness-marginal");
        assertThat(rows)
                .hasSize(summary.path("hops").size() + 2 + summary.path("spans").size());
        for (int i = 0; i < summary.path("hops").size(); i++) {
            JsonNode hop = summary.path("hops").get(i);
            assertThat(cells(rows.get(i)).get(1))
                    .isEqualTo(fixed(hop.path("meanNanos").asDouble() / 1e6, 3));
            assertThat(cells(rows.get(i)).get(4))
                    .isEqualTo(fixed(hop.path("p99Nanos").asDouble() / 1e6, 3));
        }
        assertThat(complaints()).isEmpty();
    }

    @Test
    void aLaddersReportDrawsEachRung() throws IOException {
        Map<String, Object> ladder = ReportPageTest.ladder();
        show(ReportPage.ofLadder(ladder));
        JsonNode rungs = JsonMapper.shared().valueToTree(ladder).at("/measures/0/rungs");
        for (int width : new int[] {1300, 390}) {
            Browser.look(browser, width, "light");
            assertThat(charts()).hasSize(1);
            everyChartIsDrawn();
            nothingIsWiderThanThePage(width);
        }
        List<WebElement> rows = rows("m-0-rungs");
        assertThat(rows).hasSize(rungs.size());
        for (int i = 0; i < rows.size(); i++) {
            assertThat(cells(rows.get(i)).get(4))
                    .startsWith(number(rungs.get(i).path("p50Nanos").asDouble() / 1e6));
        }
        assertThat(complaints()).isEmpty();
    }

    private Study ofAllBackends() throws IOException {
        StudyArm strong = StudyArm.of("conventional/strong");
        StudyPlan plan = new StudyPlan(
                List.of(Workload.FRESHNESS),
                List.of(strong, StudyArm.of("unified"), StudyArm.of("harper"), strong.copy()),
                2,
                100,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                1,
                true);
        return MadeUp.study(plan, folder, (request, planned) -> {
            int cycle = 90 + planned.number();
            TrialResult trial = MadeUp.lifelike(request.plan(), event -> 8_000_000L + 50_000L * (event % cycle));
            return MadeUp.wholeReport(request, trial, "made up", List.of());
        });
    }

    /** All that a workload has on any backend that can be an arm of a study. */
    private static Set<Hop> hops(Workload workload) {
        return Arrays.stream(Backend.values())
                .filter(backend -> backend != Backend.IN_MEMORY)
                .flatMap(backend -> Route.of(backend, workload).stream())
                .flatMap(route -> route.hops().stream())
                .collect(Collectors.toSet());
    }

    /** Of an element's text on its ground. */
    private static double contrast(WebElement element) {
        return Browser.contrast(element.getCssValue("color"), element.getCssValue("background-color"));
    }

    private void show(String page) throws IOException {
        Path file = Files.writeString(folder.resolve("shown.html"), page);
        browser.get(file.toUri().toString());
    }

    private List<WebElement> charts() {
        return browser.findElements(By.cssSelector(".chart"));
    }

    /** Each has many shapes, is as wide as it may be, and says in words what it shows. */
    private void everyChartIsDrawn() {
        for (WebElement chart : charts()) {
            String id = chart.getDomAttribute("id");
            assertThat(chart.findElements(By.cssSelector("svg path, svg text")))
                    .as("%s", id)
                    .hasSizeGreaterThan(15);
            assertThat(chart.getDomAttribute("aria-label")).as("%s", id).hasSizeGreaterThan(40);
            assertThat(chart.findElement(By.tagName("svg")).getSize().getHeight())
                    .as("%s", id)
                    .isGreaterThan(80);
        }
    }

    private void nothingIsWiderThanThePage(int width) {
        assertThat(script("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("%s px", width)
                .isEqualTo(0L);
    }

    private Object bars() {
        return script("return [...document.querySelectorAll('#w-freshness-waterfall svg path')]"
                + ".map(each => each.getAttribute('d')).join()");
    }

    private Object barColours() {
        return script("return echarts.getInstanceByDom(document.getElementById('w-freshness-waterfall'))"
                + ".getOption().series.filter(each => each.xAxisIndex === 0 && each.name !== 'total')"
                + ".map(each => each.color)");
    }

    /** What that makes of the lines of the chart over time. */
    private Object overTime(String made) {
        return script("return echarts.getInstanceByDom(document.getElementById('w-freshness-time')).getOption().series"
                + made);
    }

    private List<WebElement> rows(String table) {
        return browser.findElements(By.cssSelector("#" + table + " tbody tr"));
    }

    /** Also of what is scrolled out of its box. */
    private List<String> cells(WebElement row) {
        return row.findElements(By.cssSelector("th, td")).stream()
                .map(cell -> String.valueOf(cell.getDomProperty("textContent")))
                .toList();
    }

    private List<List<String>> table(String id) {
        return rows(id).stream().map(this::cells).toList();
    }

    private static List<List<String>> made(JsonNode nodes, Function<JsonNode, List<String>> row) {
        return nodes.valueStream().map(row).toList();
    }

    private static List<String> arm(JsonNode arm) {
        List<String> row = new ArrayList<>(List.of(
                arm.path("arm").asString(),
                arm.path("validTrials").asString(),
                arm.path("failedTrials").asString(),
                count(arm.path("events"))));
        Study.QUANTILES.keySet().forEach(each -> row.add(length(arm.path(each), "n too small")));
        row.addAll(List.of(count(arm.at("/counts/lost")), count(arm.at("/counts/duplicate"))));
        return row;
    }

    private static List<String> differences(JsonNode comparison) {
        String arm = comparison.path("arm").asString();
        String against = comparison.path("against").asString();
        boolean again = against.equals(arm + " (A/A)");
        List<String> row = new ArrayList<>(List.of((again ? "A/A: " : "") + arm + " by " + against));
        Study.QUANTILES
                .keySet()
                .forEach(each -> row.add(length(comparison.path(each).path("difference"), "not to be told")));
        return row;
    }

    private static List<String> counts(JsonNode arm) {
        List<String> row = new ArrayList<>(List.of(arm.path("arm").asString()));
        Stream.of(
                        "sent",
                        "delivered",
                        "lost",
                        "missing",
                        "extra",
                        "duplicate",
                        "late",
                        "reordered",
                        "negative",
                        "refused",
                        "unanswered")
                .forEach(each -> row.add(count(arm.path("counts").path(each))));
        return row;
    }

    private static List<String> hop(JsonNode hop) {
        return List.of(
                hop.path("hop").asString(),
                mean(hop.path("meanNanos"), hop.path("shareOfMean")),
                mean(hop.path("bandMeanNanos"), hop.path("shareInP99Band")));
    }

    private static String mean(JsonNode nanos, JsonNode share) {
        return fixed(nanos.asDouble() / 1e6, 3) + fixed(100 * share.asDouble(), 1) + " %";
    }

    private static String length(JsonNode node, String otherwise) {
        return node.isObject() ? interval(node, "nanos", "Nanos", 1e6) : otherwise;
    }

    private static String count(JsonNode node) {
        return String.format(Locale.ROOT, "%,d", node.asLong()).replace(',', '\u00a0');
    }

    private static String interval(JsonNode node, String value, String unit, double by) {
        return number(node.path(value).asDouble() / by) + "["
                + number(node.path("from" + unit).asDouble() / by) + ", "
                + number(node.path("to" + unit).asDouble() / by) + "]";
    }

    private static String number(double value) {
        double size = Math.abs(value);
        return fixed(value, size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0);
    }

    private static String fixed(double value, int digits) {
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_UP).toPlainString();
    }

    private Object script(String text) {
        return Browser.script(browser, text);
    }

    private List<LogEntry> complaints() {
        return browser.manage().logs().get("browser").getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .toList();
    }
}
