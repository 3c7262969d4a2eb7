package dev.hopmeter.spring;

import static org.hamcrest.Matchers.containsString;
import static org.springframework.http.MediaType.APPLICATION_JSON;
import static org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON;
import static org.springframework.http.MediaType.TEXT_PLAIN;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

class ProblemAnswersTest {

    private final MockMvc service = MockMvcBuilders.standaloneSetup(new Orders())
            .setControllerAdvice(new ProblemAnswers())
            .build();

    @Test
    void malformedInputIsABadRequestWithItsReason() throws Exception {
        assertProblem(service.perform(get("/malformed")), 400)
                .andExpect(jsonPath("$.title").value("Malformed input"))
                .andExpect(jsonPath("$.detail").value("amount is between 1 and 2, not 3"));
    }

    @Test
    void aPathVariableOfAnotherTypeIsABadRequestThatNamesItsValue() throws Exception {
        assertProblem(service.perform(get("/orders/not-a-uuid")), 400)
                .andExpect(jsonPath("$.detail").value(containsString("not-a-uuid")));
    }

    @Test
    void aMissingParameterIsABadRequestThatNamesIt() throws Exception {
        assertProblem(service.perform(get("/needs")), 400)
                .andExpect(jsonPath("$.detail").value(containsString("subscriber")));
    }

    @Test
    void anotherMethodIsRefusedWithTheOneThatIsAllowed() throws Exception {
        assertProblem(service.perform(post("/malformed")), 405).andExpect(header().string("Allow", "GET"));
    }

    @Test
    void anotherContentTypeIsRefused() throws Exception {
        assertProblem(service.perform(post("/orders").contentType(TEXT_PLAIN).content("x")), 415)
                .andExpect(header().string("Accept", containsString("application/json")));
    }

    @Test
    void aBodyThatIsMissingIsABadRequest() throws Exception {
        assertProblem(service.perform(post("/orders").contentType(APPLICATION_JSON)), 400);
    }

    @Test
    void aStatusThatAHandlerChoosesIsAnsweredWithItsReason() throws Exception {
        assertProblem(service.perform(get("/gone")), 410)
                .andExpect(jsonPath("$.detail").value("it was here"));
    }

    private static ResultActions assertProblem(ResultActions answer, int status) throws Exception {
        return answer.andExpect(status().is(status))
                .andExpect(content().contentType(APPLICATION_PROBLEM_JSON))
                .andExpect(jsonPath("$.status").value(status))
                .andExpect(jsonPath("$.title").isNotEmpty());
    }

    @RestController
    @SuppressWarnings("DoNotCallSuggester") // Spring calls them.
    static final class Orders {

        @GetMapping("/malformed")
        String malformed() {
            throw new MalformedException("amount is between 1 and 2, not 3", null);
        }

        @GetMapping("/orders/{id}")
        String order(@PathVariable UUID id) {
            return id.toString();
        }

        @GetMapping("/needs")
        String needs(@RequestParam String subscriber) {
            return subscriber;
        }

        @PostMapping(path = "/orders", consumes = "application/json")
        String place(@RequestBody byte[] draft) {
            return Integer.toString(draft.length);
        }

        @GetMapping("/gone")
        String gone() {
            throw new ResponseStatusException(HttpStatus.GONE, "it was here");
        }
    }
}
