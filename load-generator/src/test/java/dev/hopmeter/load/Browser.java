package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a window, of this machine's own packages. */
final class Browser {

    private Browser() {}

    /**
     * Opens one.
     *
     * @param downloads where it saves files
     * @throws IOException if there is no Chromium or no driver of it here
     */
    static WebDriver open(Path downloads) throws IOException {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(find("chromium", "chromium-browser", "google-chrome").toFile());
        options.addArguments(
                "--headless=new",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1200,1500");
        if ("root".equals(System.getProperty("user.name"))) {
            options.addArguments("--no-sandbox");
        }
        options.setExperimentalOption(
                "prefs",
                Map.of("download.default_directory", downloads.toAbsolutePath().toString()));
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable("browser", Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(find("chromedriver").toFile())
                .build();
        return new ChromeDriver(service, options);
    }

    /** Shows its page anew in a window so wide, to somebody who prefers those colours: {@code dark} or {@code light}. */
    static void look(WebDriver browser, int width, String colours) {
        ChromeDriver chrome = (ChromeDriver) browser;
        chrome.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        chrome.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
        browser.navigate().refresh();
        assertThat(script(browser, "return innerWidth")).isEqualTo((long) width);
        assertThat(script(browser, "return matchMedia('(prefers-color-scheme: dark)').matches"))
                .isEqualTo(colours.equals("dark"));
    }

    /** Whether there is a line about it, as about what has the focus. */
    static boolean isOutlined(WebElement element) {
        return element.getCssValue("outline-style").equals("solid")
                && !element.getCssValue("outline-width").equals("0px");
    }

    /**
     * Of two colours, as WCAG 2.2 has it: 1 where they are the same, 21 for black and white.
     *
     * @param one as in {@code rgba(153, 153, 153, 1)}, {@code rgb(153, 153, 153)} or {@code #999999}, as the other
     */
    static double contrast(String one, String other) {
        double first = luminance(one);
        double second = luminance(other);
        return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    }

    private static double luminance(String colour) {
        if (colour.startsWith("#")) {
            Color named = Color.decode(colour);
            return luminance(named.getRed(), named.getGreen(), named.getBlue());
        }
        String[] parts = colour.replaceAll("[^0-9,]", "").split(",", -1);
        return luminance(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    private static double luminance(int red, int green, int blue) {
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    }

    private static double linear(int part) {
        double value = part / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    /** What that JavaScript returns in its page, which is something. */
    static Object script(WebDriver browser, String text) {
        return Objects.requireNonNull(((JavascriptExecutor) browser).executeScript(text), text);
    }

    private static Path find(String... names) throws IOException {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            for (String name : names) {
                Path file = Path.of(folder, name);
                if (Files.isExecutable(file)) {
                    return file;
                }
            }
        }
        throw new IOException("there is no " + String.join(" or ", List.of(names))
                + " on the path; Debian has them in the packages chromium and chromium-driver");
    }
}
