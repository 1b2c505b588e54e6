<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/**
 * What became of one attempt.
 *
 * reason: one of the codes of Wording\Explanation, such as `no-answer`; detail: more about it, without personal
 * data (names of fields, the library's words). status: HTTP, 0 when there was no answer.
 */
final class Outcome
{
    /** Failures that may lie in the row itself; all other failures say that the bridge is away. */
    public const OWN = [408, 422, 500];

    private const LONGEST_ERROR = 500;

    /** @param  int|null  $retryAfter  the seconds that the bridge asked for, at most an hour */
    public function __construct(
        public readonly Verdict $verdict,
        public readonly int $status,
        public readonly string $reason = '',
        public readonly string $detail = '',
        public readonly int $milliseconds = 0,
        public readonly ?int $retryAfter = null
    ) {
    }

    /** Whether others would fare no better at the moment. */
    public function isAway(): bool
    {
        return $this->verdict === Verdict::Retry && !\in_array($this->status, self::OWN, true);
    }

    /** The same, to be tried once more after all. */
    public function again(): self
    {
        return new self(Verdict::Retry, $this->status, $this->reason, $this->detail, $this->milliseconds);
    }

    /** What is written down: `reason` or `reason:detail`, at most 500 characters. */
    public function error(): string
    {
        $error = $this->detail === '' ? $this->reason : $this->reason . ':' . $this->detail;

        return mb_substr($error, 0, self::LONGEST_ERROR);
    }
}
