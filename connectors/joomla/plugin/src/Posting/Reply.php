<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/** Reads what the bridge answered, and notices when it was not the bridge that answered. */
final class Reply
{
    private const RETRIED = [408, 425, 429];
    private const LONGEST_WAIT = 3600;

    /**
     * Accepted is 202 with an id. 401, 408, 425, 429, 5xx and what is no answer of the bridge are retried: when the
     * bridge refuses, it says so in JSON with `error` or `errors`. A page saying 404 is somebody else's, in between.
     */
    public static function outcome(Answer $answer, int $now): Outcome
    {
        $content = self::content($answer);

        if ($answer->status === 202 && \is_string($content['id'] ?? null) && $content['id'] !== '') {
            return new Outcome(Verdict::Sent, 202, milliseconds: $answer->milliseconds);
        }

        [$verdict, $reason, $detail] = self::verdict($answer->status, $content);
        $retryAfter = $verdict === Verdict::Retry ? self::retryAfter($answer, $now) : null;

        return new Outcome($verdict, $answer->status, $reason, $detail, $answer->milliseconds, $retryAfter);
    }

    /**
     * The answer's JSON object; empty when there is none.
     *
     * @return  array<array-key, mixed>
     */
    public static function content(Answer $answer): array
    {
        $content = json_decode($answer->body, true);

        return \is_array($content) ? $content : [];
    }

    /**
     * @param   array<array-key, mixed>  $content
     *
     * @return  array{Verdict, string, string}
     */
    private static function verdict(int $status, array $content): array
    {
        return match (true) {
            $status === 429 => [Verdict::Retry, 'too-many', ''],
            \in_array($status, self::RETRIED, true) => [Verdict::Retry, 'slow', ''],
            $status >= 500 && $status < 600 => [Verdict::Retry, $status === 500 ? 'broken' : 'busy', ''],
            $status === 413 => [Verdict::Park, 'too-large', ''],
            !isset($content['error']) && !isset($content['errors']) => [Verdict::Retry, 'not-the-bridge', ''],
            $status === 401 => [Verdict::Retry, 'unsigned', ''],
            $status === 404 => [Verdict::Park, 'unknown-form', ''],
            $status === 422 => [Verdict::Park, 'fields', self::fieldNames($content)],
            $status >= 400 && $status < 500 => [Verdict::Park, 'refused', ''],
            default => [Verdict::Retry, 'not-the-bridge', ''],
        };
    }

    /**
     * The names of the fields that were refused; of what was typed nothing.
     *
     * @param  array<array-key, mixed>  $content
     */
    private static function fieldNames(array $content): string
    {
        $errors = $content['errors'] ?? null;
        $fields = \is_array($errors) && \is_array($errors['fields'] ?? null) ? $errors['fields'] : [];
        $names = preg_grep('/^[\w.-]{1,100}$/Du', array_map('strval', array_keys($fields)));

        return implode(', ', $names ?: []);
    }

    /** The seconds that the bridge asks for: a number, or the time until a date; at most an hour. */
    private static function retryAfter(Answer $answer, int $now): ?int
    {
        $asked = trim($answer->headers['retry-after'] ?? '');

        if (preg_match('/^\d{1,9}$/D', $asked)) {
            return min(self::LONGEST_WAIT, (int) $asked);
        }

        $moment = preg_match('/^[A-Z][a-z]{2}, /', $asked) ? strtotime($asked) : false;

        return $moment === false ? null : max(0, min(self::LONGEST_WAIT, $moment - $now));
    }
}
