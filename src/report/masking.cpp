#include "report/masking.hpp"

#include "base/diagnostics.hpp"
#include "base/sensitive.hpp"

#include <utility>

namespace kiln::report {

namespace {

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
    void operator()(exec::StepBegan& e) const { mask(e.step.name); }
    void operator()(exec::StepEnded& e) const {
        mask(e.step.name);
        mask(e.reason);
    }
    void operator()(exec::CostEstimated& e) const {
        for (std::vector<exec::CostPart>* parts : {&e.once, &e.monthly}) {
            for (exec::CostPart& part : *parts) {
                mask(part.what);
            }
        }
    }
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
    add_secret_text(secret, secrets_);
    secrets_ = sorted_secrets(std::move(secrets_));
}

std::string Masking::mask(std::string text) const {
    const std::lock_guard lock(mutex_);
    return mask_secrets(std::move(text), secrets_);
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
