package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The live page in Chromium, with loads on the in-memory backend. */
@Tag("browser")
class LivePageInBrowserIT {

    private static final EpochClock CLOCK = EpochClock.system();

    @TempDir
    private Path folder;

    private LivePage page;
    private PageView view;
    private LoadSwitch loads;
    private WebDriver browser;
    private WebDriverWait wait;

    @BeforeEach
    void open() throws IOException {
        page = LivePage.serve(CLOCK, 0);
        view = new PageView(CLOCK, page::watched, plan -> "ruler");
        page.show(view);
        loads = new LoadSwitch(
                CLOCK,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                Map.of(Backend.IN_MEMORY, (plan, id) -> Work.of(InMemoryDriver.of(CLOCK, plan, id))),
                List.of(new LoadSwitch.Offer(
                        "in-memory", "ruler", LoadSwitch.workloads(Backend.IN_MEMORY, Optional.empty()))),
                view);
        page.switches(loads);
        browser = Browser.open(folder);
        wait = new WebDriverWait(browser, Duration.ofSeconds(30));
        browser.get(page.address().toString());
    }

    @AfterEach
    void close() {
        browser.quit();
        loads.close();
        page.close();
    }

    @Test
    void aLoadIsChosenShownFrozenAndSaved() throws Exception {
        wait.until(ExpectedConditions.visibilityOfElementLocated(By.id("load")));
        choose("write-notify", "300");
        wait.until(ExpectedConditions.textToBePresentInElementLocated(
                By.id("what"), "write-notify on in-memory, arm ruler"));
        wait.until(each -> rows().size() == 3);
        wait.until(each -> text("p99").endsWith(" ms"));
        assertThat(text("lost")).isEqualTo("–");
        assertThat(text("state")).isEqualTo("running");

        element("freeze").click();
        List<String> frozen = rows();
        String progress = text("p50");
        element("data").click();
        JsonNode saved = JsonMapper.shared().readTree(Files.readAllBytes(saved("json")));
        JsonNode last = saved.get("states").get(saved.get("states").size() - 1);
        double sum = last.at("/mean/hops")
                .valueStream()
                .mapToDouble(JsonNode::asDouble)
                .sum();
        assertThat(sum).isCloseTo(last.at("/mean/total").asDouble(), within(1.0));
        assertThat(frozen.getLast())
                .startsWith("total ")
                .contains(String.format("%.3f", last.at("/mean/total").asDouble() / 1e6));
        element("picture").click();
        assertThat(Files.size(saved("png"))).isGreaterThan(10_000);
        assertThat(rows()).isEqualTo(frozen);
        assertThat(text("p50")).isEqualTo(progress);
        assertThat(drawn()).isEqualTo(3);

        element("freeze").click();
        choose("freshness", "100");
        wait.until(ExpectedConditions.textToBePresentInElementLocated(By.id("what"), "freshness"));
        element("stop").click();
        wait.until(ExpectedConditions.textToBePresentInElementLocated(By.id("state"), "no load"));
        assertThat(loads.chosen()).isEmpty();
        assertThat(errors()).isEmpty();
    }

    @Test
    void whatBelongsBesideEveryFigureOfABackendIsOnThePageInThePictureAndInTheData() throws Exception {
        wait.until(ExpectedConditions.visibilityOfElementLocated(By.id("load")));
        assertThat(element("notes").isDisplayed()).isFalse();
        await().until(page::watched);
        Duration length = Duration.ofSeconds(10);
        view.began(SteadyLoad.plan(Backend.HARPER, Workload.WRITE_NOTIFY, 100, length, length, length));
        view.arrived(MadeUp.trail(Backend.HARPER, Workload.WRITE_NOTIFY, 4_000_000));
        wait.until(ExpectedConditions.textToBePresentInElementLocated(By.id("notes"), HarperSite.LICENCE));
        wait.until(each -> rows().getLast().equals("total 4.000 4.000"));

        element("data").click();
        JsonNode saved = JsonMapper.shared().readTree(Files.readAllBytes(saved("json")));
        assertThat(saved.path("notes")).extracting(JsonNode::asString).containsExactly(HarperSite.LICENCE);
        script("const write = CanvasRenderingContext2D.prototype.fillText; window.written = [];"
                + " CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {"
                + " if (x === 16 && x + this.measureText(text).width <= this.canvas.width) { written.push(text); }"
                + " write.call(this, text, x, y); }; return written");
        element("picture").click();
        saved("png");
        assertThat(script("return written.join(' ')"))
                .asInstanceOf(InstanceOfAssertFactories.STRING)
                .contains("write-notify on harper", " n 1 in ", HarperSite.LICENCE);

        choose("journey", "200");
        wait.until(ExpectedConditions.textToBePresentInElementLocated(By.id("what"), "journey on in-memory"));
        assertThat(element("notes").isDisplayed()).isFalse();
        assertThat(errors()).isEmpty();
    }

    @Test
    void hopsHaveNumbersTooAndNoLineIsTooFaint() {
        await().until(page::watched);
        Duration length = Duration.ofSeconds(10);
        view.began(SteadyLoad.plan(Backend.CONVENTIONAL, Workload.JOURNEY, 100, length, length, length));
        view.arrived(MadeUp.trail(Backend.CONVENTIONAL, Workload.JOURNEY, 4_000_000));
        for (String colours : List.of("light", "dark")) {
            Browser.look(browser, 1200, colours);
            wait.until(each -> rows().size() == 10);
            List<String> numbers =
                    IntStream.rangeClosed(1, 9).mapToObj(String::valueOf).toList();
            assertThat(texts("#hops .place")).isEqualTo(numbers);
            assertThat(option("waterfall", "series.map(each => each.label.formatter)"))
                    .isEqualTo(numbers);
            assertThat(option("waterfall", "series.map(each => legend[0].formatter(each.name).split(' ')[0])"))
                    .isEqualTo(numbers);
            assertThat(option("waterfall", "series.map(each => each.data.some(item => item.label.show))"))
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .as("where there is room: all of the length is the last hop's")
                    .endsWith(false, true);
            String ground = browser.findElement(By.tagName("body")).getCssValue("background-color");
            for (String id : List.of("quantiles", "rates")) {
                assertThat(option(id, "color.slice(0, series.length)"))
                        .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                        .hasSize(3)
                        .allSatisfy(colour -> assertThat(Browser.contrast(colour, ground))
                                .as("%s, %s", colours, colour)
                                .isGreaterThanOrEqualTo(3));
            }
        }
        assertThat(errors()).isEmpty();
    }

    @Test
    void whoIsOneTooManyIsToldSoAndWhatToDo() throws Exception {
        browser.get("about:blank");
        await().until(() -> !page.watched());
        List<InputStream> viewers = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 8; i++) {
                HttpRequest request =
                        HttpRequest.newBuilder(page.address().resolve("events")).build();
                viewers.add(client.send(request, BodyHandlers.ofInputStream()).body());
            }
            browser.get(page.address().toString());
            wait.until(ExpectedConditions.textToBePresentInElementLocated(
                    By.id("state"), "as many windows show this page as may, 8; close one"));
            for (InputStream viewer : viewers) {
                viewer.close();
            }
        }
    }

    @Test
    void theBarsOfAnotherRateAreOfItAloneAndThePageSaysHowFarBackTheyGo() {
        wait.until(ExpectedConditions.visibilityOfElementLocated(By.id("load")));
        choose("journey", "200");
        waitForHops();
        wait.until(each -> seconds("held") > 3);
        assertThat(text("figures")).contains("p50, last ");

        choose("journey", "300");
        wait.until(each -> seconds("held") < 2);
        assertThat(seconds("held")).isLessThan(3);
        assertThat(errors()).isEmpty();
    }

    @Test
    void aRateThatCannotBeIsRefusedOnThePage() {
        wait.until(ExpectedConditions.visibilityOfElementLocated(By.id("load")));
        ((JavascriptExecutor) browser).executeScript("document.getElementById('load').noValidate = true");
        choose("journey", "999999");
        wait.until(ExpectedConditions.textToBePresentInElementLocated(
                By.id("refused"), "1 to 100000 a second, not 999 999"));
        assertThat(loads.chosen()).isEmpty();
    }

    @Test
    void thePageFitsAPhoneInTheColoursThatItsReaderLikes() {
        wait.until(ExpectedConditions.visibilityOfElementLocated(By.id("load")));
        choose("journey", "200");
        List<Object> backgrounds = new ArrayList<>();
        for (String colours : List.of("light", "dark")) {
            Browser.look(browser, 390, colours);
            waitForHops();
            assertThat(drawn()).as(colours).isEqualTo(3);
            assertThat(script("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                    .as(colours)
                    .isEqualTo(0L);
            backgrounds.add(script("return getComputedStyle(document.body).backgroundColor"));
        }
        assertThat(backgrounds).doesNotHaveDuplicates();
        assertThat(errors()).isEmpty();
    }

    @Test
    void thePageIsUsedByKeyboardAndSaysInWordsWhatItsChartsShow() {
        wait.until(ExpectedConditions.visibilityOfElementLocated(By.id("load")));
        choose("journey", "200");
        waitForHops();
        for (String id : List.of("waterfall", "quantiles", "rates")) {
            WebElement chart = element(id);
            assertThat(chart.getDomAttribute("role")).as(id).isEqualTo("img");
            assertThat(chart.getDomAttribute("aria-label")).as(id).hasSizeGreaterThan(30);
        }
        wait.until(each -> String.valueOf(element("rates").getDomAttribute("aria-label"))
                .matches(".*: sent \\d+, arrived \\d+, asked for 200"));

        element("freeze").sendKeys(Keys.SPACE);
        assertThat(element("freeze").getDomAttribute("aria-pressed")).isEqualTo("true");
        assertThat(Browser.isOutlined(element("freeze"))).isTrue();
        browser.findElements(By.tagName("summary")).forEach(each -> each.sendKeys(Keys.ENTER));
        wait.until(each -> !cells("rates").isEmpty());
        assertThat(cells("quantiles")).hasSize(4);
        assertThat(Double.parseDouble(cells("rates").get(1)))
                .as("the latest, of which the figure is rounded")
                .isCloseTo(Double.parseDouble(text("sent")), within(0.51));

        element("data").sendKeys(Keys.TAB);
        assertThat(Browser.isOutlined(element("freeze")))
                .as("pressed, and focused no more")
                .isFalse();
        WebElement table = browser.switchTo().activeElement();
        assertThat(table.getDomAttribute("role")).isEqualTo("region");
        assertThat(table.getDomAttribute("aria-label")).isEqualTo("Hops in milliseconds");
        assertThat(table.findElements(By.id("hops"))).hasSize(1);
        assertThat(errors()).isEmpty();
    }

    /** The first row of a chart's table. */
    private List<String> cells(String chart) {
        return texts("#" + chart + "-table tbody tr:first-child > *");
    }

    /** What that makes of a chart's option. */
    private Object option(String chart, String made) {
        return script("const { series, legend, color } = echarts.getInstanceByDom(document.getElementById('" + chart
                + "')).getOption(); return " + made);
    }

    private void waitForHops() {
        wait.until(ExpectedConditions.numberOfElementsToBe(By.cssSelector("#hops tbody tr"), 3));
    }

    private Object script(String text) {
        return Browser.script(browser, text);
    }

    private void choose(String workload, String rate) {
        new Select(element("workload")).selectByValue(workload);
        element("rate").clear();
        element("rate").sendKeys(rate);
        browser.findElement(By.cssSelector("#load button[type=submit]")).click();
    }

    private WebElement element(String id) {
        return browser.findElement(By.id(id));
    }

    private String text(String id) {
        return element(id).getText();
    }

    /** As it is shown; none before there is any. */
    private double seconds(String id) {
        return text(id).endsWith(" s") ? Double.parseDouble(text(id).replace(" s", "")) : Double.NaN;
    }

    private List<String> rows() {
        return texts("#hops tbody tr");
    }

    /** All at once, as the page makes what is in its tables anew every second. */
    private List<String> texts(String selector) {
        return ((List<?>) script("return [...document.querySelectorAll('" + selector
                        + "')].map(each => each.innerText.replace(/\\s+/g, ' ').trim())"))
                .stream().map(String::valueOf).toList();
    }

    /** How many charts have something other than their background on them. */
    private long drawn() {
        Object drawn = ((JavascriptExecutor) browser)
                .executeScript("return ['waterfall', 'quantiles', 'rates'].filter(id => { const canvas ="
                        + " document.querySelector('#' + id + ' canvas'); const pixels ="
                        + " canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
                        + " return new Set(new Uint32Array(pixels.buffer)).size > 10; }).length");
        return drawn instanceof Long count ? count : -1;
    }

    private Path saved(String kind) throws IOException {
        await().until(() -> !files(kind).isEmpty());
        return files(kind).getFirst();
    }

    private List<Path> files(String kind) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith("." + kind)).toList();
        }
    }

    private List<LogEntry> errors() {
        return browser.manage().logs().get("browser").getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .toList();
    }
}
