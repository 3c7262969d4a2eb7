package dev.hopmeter.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code report.html}: what came of a study, a trial or a ladder, as one file that needs nothing else. All figures are in it as
 * JSON, and its script makes the texts and charts of that.
 */
final class ReportPage {

    static final String FILE = "report.html";

    /** In the template, on a line of its own, before the name of what stands there instead. */
    private static final String PLACE = "@@";

    private ReportPage() {}

    /** Of a study; all that {@code study.json} has is in it. */
    static String of(Study study) {
        return page("study", StudyJson.node(study), "report.md");
    }

    /**
     * Of a trial, valid or not.
     *
     * @param folder where its files are
     * @throws IOException if they cannot be understood; the message says which
     */
    static String ofTrial(Path folder) throws IOException {
        RecordedTrial trial = RecordedTrial.read(folder);
        return page("trial", StudyJson.trial(trial), "report" + (trial.valid() ? "" : ResultsFolder.FAIL) + ".md");
    }

    /** Of a ladder, by what {@code ladder.json} has. */
    static String ofLadder(Map<String, Object> ladder) {
        return page("ladder", ladder, "ladder.txt");
    }

    /** With that file's name, which has the same, for those whose browser runs no script. */
    private static String page(String kind, Map<String, Object> content, String beside) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("kind", kind);
        all.put(kind, content);
        StringBuilder page = new StringBuilder();
        for (String line : resource("page/report.html").lines().toList()) {
            page.append(line.startsWith(PLACE) ? part(line.substring(PLACE.length()), all, beside) : line)
                    .append('\n');
        }
        return page.toString();
    }

    private static String part(String name, Map<String, Object> content, String beside) {
        return switch (name) {
            case "content" -> json(content);
            case "beside" -> "<a href=\"" + beside + "\">" + beside + "</a>";
            case "echarts" -> script(resource(LivePage.ECHARTS));
            default -> name.endsWith(".js") ? script(resource("page/" + name)) : resource("page/" + name);
        };
    }

    /** A less-than sign is in strings alone, where it may as well be escaped: so no text of it ends the element that holds it. */
    private static String json(Map<String, Object> content) {
        return JsonMapper.shared().writeValueAsString(content).replace("<", "\\u003c");
    }

    /** Neither is in the scripts that come with Hopmeter; one that had them would end, or hide what follows. */
    private static String script(String text) {
        if (text.contains("</script") || text.contains("<!--")) {
            throw new IllegalStateException("a script cannot stand in a page");
        }
        return text;
    }

    private static String resource(String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
