<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/** What came back over HTTP. */
final class Answer
{
    /**
     * @param   array<string, string>  $headers       lower-case name => value
     * @param   int                    $milliseconds  from the first step to the last byte
     */
    public function __construct(
        public readonly int $status,
        public readonly string $body,
        public readonly array $headers = [],
        public readonly int $milliseconds = 0
    ) {
    }
}
