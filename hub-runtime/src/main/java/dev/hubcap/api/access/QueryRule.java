package dev.hubcap.api.access;

import dev.hubcap.api.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.util.UriComponentsBuilder;

/** Refuses query parameters that an endpoint does not know: a typo must not widen a filter. */
public final class QueryRule implements HandlerInterceptor {

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    String query = request.getQueryString();
    if (query != null && handler instanceof HandlerMethod method) {
      Set<String> known = known(method);
      UriComponentsBuilder.newInstance()
          .query(query)
          .build()
          .getQueryParams()
          .forEach((name, values) -> check(name, values, known));
    }
    return true;
  }

  private static void check(String name, List<String> values, Set<String> known) {
    if (!known.contains(name)) {
      throw Problem.malformed(
          "unknown query parameter '%s'; %s"
              .formatted(
                  name,
                  known.isEmpty()
                      ? "there are none here"
                      : "known are " + String.join(", ", known)));
    }
    if (values.size() > 1) {
      throw Problem.malformed("query parameter '%s' is given more than once".formatted(name));
    }
  }

  private static Set<String> known(HandlerMethod method) {
    var names = new TreeSet<String>();
    Arrays.stream(method.getMethodParameters())
        .filter(parameter -> parameter.hasParameterAnnotation(RequestParam.class))
        .map(QueryRule::name)
        .forEach(names::add);
    return names;
  }

  private static String name(MethodParameter parameter) {
    RequestParam annotation = parameter.getParameterAnnotation(RequestParam.class);
    return annotation == null || annotation.name().isEmpty()
        ? parameter.getParameter().getName()
        : annotation.name();
  }
}
