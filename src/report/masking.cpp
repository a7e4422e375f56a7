#include "report/masking.hpp"

#include "base/diagnostics.hpp"
#include "base/strings.hpp"

#include <algorithm>

namespace kiln::report {

namespace {

constexpr std::string_view kMask = "<sensitive>";

// A line of a secret of several lines that is shorter than this tells nothing of it ("{", "fi"),
// and to mask it would make everything else unreadable.
constexpr std::size_t kShortestLine = 4;

// One pass from left to right, so that a mask is never searched for the next secret.
std::string masked_once(std::string_view text, const std::vector<std::string_view>& secrets) {
    std::string out;
    while (!text.empty()) {
        const auto secret =
            std::find_if(secrets.begin(), secrets.end(), [&](std::string_view candidate) {
                return text.starts_with(candidate);
            });
        if (secret != secrets.end()) {
            out += kMask;
            text.remove_prefix(secret->size());
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

struct Masker {
    const Masking& masking;

    void mask(std::string& text) const { text = masking.mask(std::move(text)); }

    void mask(std::vector<std::string>& texts) const {
        for (std::string& text : texts) {
            mask(text);
        }
    }

    void mask(artifact::Artifact& artifact) const {
        mask(artifact.id);
        mask(artifact.text);
        for (auto& file : artifact.files) {
            file = masking.mask(file.string());
        }
        for (auto& [name, value] : artifact.state) {
            mask(value);
        }
    }

    Error masked(const Error& error) const {
        // The excerpt is drawn from the source later, and can not be masked then.
        const std::string excerpt = render_excerpt(error.range());
        const bool shows_secret = masking.mask(excerpt) != excerpt;
        Error out(
            error.kind(),
            masking.mask(error.message()),
            shows_secret ? SourceRange{} : error.range()
        );
        for (const std::string& context : error.context()) {
            out.add_context(masking.mask(context));
        }
        out.set_hint(masking.mask(error.hint()));
        return out;
    }

    void operator()(exec::RunStarted&) const {}
    void operator()(exec::BuildStarted&) const {}
    void operator()(exec::Said& e) const { mask(e.text); }
    void operator()(exec::SaidError& e) const { mask(e.text); }
    void operator()(exec::OutputLine& e) const { mask(e.text); }
    void operator()(exec::Warned& e) const { mask(e.text); }
    void operator()(exec::Progressed& e) const { mask(e.what); }
    void operator()(exec::BuildFinished& e) const {
        for (artifact::Artifact& artifact : e.artifacts) {
            mask(artifact);
        }
    }
    void operator()(exec::BuildFailed& e) const { e.error = masked(e.error); }
    void operator()(exec::RunFinished&) const {}
};

}  // namespace

Masking::Masking(exec::EventSink& next, const std::vector<std::string>& secrets) : next_(next) {
    for (const std::string& secret : secrets) {
        add_secret(secret);
    }
}

void Masking::add_secret(std::string_view secret) {
    const std::lock_guard lock(mutex_);
    const auto add = [&](std::string_view text) {
        if (!text.empty() && std::find(secrets_.begin(), secrets_.end(), text) == secrets_.end()) {
            secrets_.emplace_back(text);
        }
    };
    add(secret);
    if (secret.find('\n') != std::string_view::npos) {
        for (const std::string& line : split(secret, '\n')) {
            const std::string_view trimmed = trim(line);
            if (trimmed.size() >= kShortestLine) {
                add(trimmed);
            }
        }
    }
    std::stable_sort(
        secrets_.begin(),
        secrets_.end(),
        [](const std::string& a, const std::string& b) { return a.size() > b.size(); }
    );
}

std::string Masking::mask(std::string text) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string_view> present;
    for (const std::string& secret : secrets_) {
        if (text.find(secret) != std::string::npos) {
            present.push_back(secret);
        }
    }
    return present.empty() ? text : masked_once(text, present);
}

bool Masking::has_secrets() const {
    const std::lock_guard lock(mutex_);
    return !secrets_.empty();
}

void Masking::on_event(const exec::Event& event) {
    if (!has_secrets()) {
        next_.on_event(event);  // a script that floods its output is not copied once more
        return;
    }
    exec::Event masked = event;
    std::visit(Masker{*this}, masked);
    next_.on_event(masked);
}

}  // namespace kiln::report
