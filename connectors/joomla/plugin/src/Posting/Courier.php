<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

use Leadbridge\Plugin\System\Leadbridge\Settings;
use Leadbridge\Plugin\System\Leadbridge\Spool\Row;

\defined('_JEXEC') or die;

/** Takes leads to the bridge: one attempt at a time, signed anew each time. Knows no spool. */
final class Courier
{
    public const PATH = '/api/v1/submissions';

    /**
     * @param  \Closure(): int  $clock  Unix seconds
     * @param  string           $agent  what we say we are, such as "Leadbridge-Joomla/1.0.0"
     */
    public function __construct(
        private readonly Settings $settings,
        private readonly Transport $transport,
        private readonly \Closure $clock,
        private readonly string $agent
    ) {
    }

    /** One attempt to send a row, over after so many milliseconds. Throws nothing. */
    public function deliver(Row $row, int $milliseconds): Outcome
    {
        if (!$this->settings->isComplete()) {
            return new Outcome(Verdict::Retry, 0, 'incomplete');
        }

        try {
            $answer = $this->post($row->messageId, (string) $row->body, $milliseconds);
        } catch (InvalidSecret $wrong) {
            return new Outcome(Verdict::Retry, 0, 'secret', $wrong->getMessage());
        } catch (TransportFailure $failure) {
            $why = trim((string) preg_replace('/[[:cntrl:]]+/', ' ', $failure->getMessage()));

            return new Outcome(Verdict::Retry, 0, 'no-answer', mb_scrub($why), $failure->milliseconds);
        }

        return Reply::outcome($answer, ($this->clock)());
    }

    /**
     * Posts a signed body.
     *
     * @throws  InvalidSecret     before anything was sent
     * @throws  TransportFailure  when there is no answer
     */
    public function post(string $messageId, string $body, int $milliseconds): Answer
    {
        $timestamp = ($this->clock)();
        $headers = [
            'Content-Type' => 'application/json',
            'Accept' => 'application/json',
            'User-Agent' => $this->agent,
            'webhook-id' => $messageId,
            'webhook-timestamp' => (string) $timestamp,
            'webhook-signature' => (new Signature($this->settings->secret))->of($messageId, $timestamp, $body),
            // Some libraries ask first whether a body is welcome, and wait a second for the answer.
            'Expect' => '',
        ];

        return $this->transport->post($this->settings->bridgeUrl . self::PATH, $body, $headers, $milliseconds);
    }
}
