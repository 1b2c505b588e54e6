<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

use Leadbridge\Plugin\System\Leadbridge\Settings;
use Leadbridge\Plugin\System\Leadbridge\Wording\Explanation;

\defined('_JEXEC') or die;

/** Tries the connection with a signed submission that the bridge checks and does not keep. */
final class Trial
{
    private const MILLISECONDS = 5000;

    /** @param  \Closure(): int  $clock  Unix seconds */
    public function __construct(
        private readonly Settings $settings,
        private readonly Courier $courier,
        private readonly \Closure $clock
    ) {
    }

    /** @return  list<Finding>  one for each form of the table; one without a form when there is nothing to try */
    public function all(): array
    {
        if (!$this->settings->isComplete()) {
            return [new Finding('', false, 0, Explanation::of('incomplete'))];
        }

        $forms = $this->settings->forms->forms();

        return $forms === []
            ? [new Finding('', false, 0, Explanation::of('no-form'))]
            : array_map($this->form(...), $forms);
    }

    /** What the bridge says to a test of this Leadbridge form. Throws nothing. */
    public function form(string $form): Finding
    {
        $body = json_encode([
            'form' => $form,
            'submitted_at' => gmdate('Y-m-d\TH:i:s\Z', ($this->clock)()),
            'fields' => (object) [],
            'test' => true,
        ], JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR);

        try {
            return $this->finding($form, $this->courier->post(MessageId::fresh(), $body, self::MILLISECONDS));
        } catch (InvalidSecret) {
            return new Finding($form, false, 0, Explanation::of('secret'));
        } catch (TransportFailure $failure) {
            $why = Explanation::of('no-answer', $failure->getMessage());

            return new Finding($form, false, $failure->milliseconds, $why);
        }
    }

    private function finding(string $form, Answer $answer): Finding
    {
        $content = Reply::content($answer);
        $known = \is_array($content['form'] ?? null) ? $content['form'] : [];

        if ($answer->status !== 202 || ($content['test'] ?? null) !== true) {
            $outcome = Reply::outcome($answer, ($this->clock)());
            $reason = $outcome->verdict === Verdict::Sent ? 'not-the-bridge' : $outcome->reason;

            return new Finding($form, false, $answer->milliseconds, Explanation::of($reason, $outcome->detail));
        }

        return new Finding(
            $form,
            true,
            $answer->milliseconds,
            Explanation::accepted($answer->milliseconds),
            \is_string($known['title'] ?? null) ? $known['title'] : '',
            $this->unmapped($form, \is_array($known['required'] ?? null) ? $known['required'] : []),
            \is_array($known['consents'] ?? null) ? $this->unasked($form, $known['consents']) : []
        );
    }

    /**
     * Required fields of the bridge's form that some source feeding it has nothing for.
     *
     * @param   array<array-key, mixed>  $required
     *
     * @return  array<string, list<string>>  by source
     */
    private function unmapped(string $form, array $required): array
    {
        $names = array_values(array_filter($required, 'is_string'));
        $mapped = $this->settings->fields->targets(...);

        return $this->bySource($form, static fn (string $source): array => array_diff($names, $mapped($source)));
    }

    /**
     * Purposes that some source feeding the bridge's form asks for, and that form does not.
     *
     * @param   array<array-key, mixed>  $listed
     *
     * @return  array<string, list<string>>  by source
     */
    private function unasked(string $form, array $listed): array
    {
        $names = array_filter($listed, 'is_string');
        $asked = $this->settings->consents->asked(...);

        return $this->bySource($form, static fn (string $source): array => array_diff($asked($source), $names));
    }

    /**
     * What is found for each source that is switched on and feeds a form; sources without a finding are left out.
     *
     * @param   \Closure(string): array<int, string>  $found
     *
     * @return  array<string, list<string>>
     */
    private function bySource(string $form, \Closure $found): array
    {
        $sources = array_filter($this->settings->forms->sourcesOf($form), $this->settings->wants(...));

        return array_filter(array_map(
            static fn (string $source): array => array_values($found($source)),
            array_combine($sources, $sources)
        ));
    }
}
